# embed.awk - what embed-code.awk, embed-lesson.awk and embed-pages.awk share:
# strings of C, and texts in some languages, sorted by key.
#
#	awk -f embed.awk -f embed-pages.awk ...
#
# A file of texts: a line with a key, then a line for each language, which
# begins with a tab.  The program says add_lang() for each language, begin_key()
# and add_text() at such lines, check_key() after the last text of a file, and
# print_words() at its end.  Plain awk: mawk and gawk write the same bytes.
# SPDX-License-Identifier: ISC

function fail(where, what)
{
	printf "%s: %s\n", where, what | "cat 1>&2"
	failed = 1
}

# Text as a C string literal.  "?" could begin a trigraph.
function quoted(s)
{
	gsub(/\\/, "&&", s)
	gsub(/"/, "\\\"", s)
	gsub(/\?/, "\\?", s)
	gsub(/\t/, "\\t", s)
	return "\"" s "\""
}

# A line of a longer text, with its line feed.
function quoted_line(s)
{
	s = quoted(s)
	sub(/"$/, "\\n\"", s)
	return "\n    " s
}

function html(s)
{
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	gsub(/"/, "\\&quot;", s)
	return s
}

function add_lang(code)
{
	lang[++nlangs] = code
	known_lang[code] = 1
}

# The texts of one key are all there when the next key begins.
function check_key(    l)
{
	if (key != "")
		for (l = 1; l <= nlangs; l++)
			if (!((key, lang[l]) in word))
				fail(key_at, key " has no " lang[l])
	key = ""
}

# This line is a key.
function begin_key()
{
	check_key()
	key = $1
	key_at = FILENAME ":" FNR
	if (key in known)
		fail(key_at, key " is there twice")
	if (NF > 1 || key !~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/)
		fail(key_at, "a key has only letters, digits and . - _")
	if (length(key) > 63)
		fail(key_at, "a key over 63 bytes")
	known[key] = 1
	keys[++nkeys] = key
}

# This line is a text of the key: returns it, for checks of its tags.
function add_text(    where, code, text)
{
	where = FILENAME ":" FNR
	code = $1
	text = $0
	sub(/^\t[a-z]+ */, "", text)
	if (key == "")
		fail(where, "a text before the first key")
	else if (!(code in known_lang))
		fail(where, code " is no language of these texts")
	else if ((key, code) in word)
		fail(where, key " has " code " twice")
	if (text == "")
		fail(where, "an empty text")
	word[key, code] = html(text)
	# C11, 5.2.4.1: what every compiler takes
	if (length(word[key, code]) > 4095)
		fail(where, "a text over 4095 bytes")
	return text
}

# The C code looks for a key by halves, in the order of its bytes.
function sort_keys(    i, j, moved)
{
	for (i = 2; i <= nkeys; i++) {
		moved = keys[i]
		for (j = i; j > 1 && keys[j - 1] "" > moved ""; j--)
			keys[j] = keys[j - 1]
		keys[j] = moved
	}
}

# The rows of the table, and its end.
function print_words(    i, j)
{
	sort_keys()
	for (i = 1; i <= nkeys; i++) {
		printf "{ \"%s\", {", keys[i]
		for (j = 1; j <= nlangs; j++)
			printf "\n    %s,", quoted(word[keys[i], lang[j]])
		print " } },"
	}
	print "};"
}
