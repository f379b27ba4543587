# embed-lesson.awk - put the texts of the lesson into one header.
#
#	LC_ALL=C awk -f embed-lesson.awk www/lesson*.txt \
#	    > lesson/lesson_data.h
#
# The files are written as words.txt is: a line with a key, then a line for
# each language, which begins with a tab.  The languages are en and de, in
# this order.  All files make one table, sorted by key, apart from the words
# of the pages: only the lesson carries it.
#
# A key that is there twice, that lacks a language or has one too many, an
# empty text, a "{{" without "}}": nothing is written and the exit status is 1.
# Plain awk: mawk and gawk write the same bytes.
# SPDX-License-Identifier: ISC

function fail(where, what)
{
	printf "%s: %s\n", where, what | "cat 1>&2"
	failed = 1
}

# Text as a C string literal.  "?" could begin a trigraph.
function quoted(s)
{
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/\?/, "\\?", s)
	gsub(/\t/, "\\t", s)
	return "\"" s "\""
}

function html(s)
{
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	gsub(/"/, "\\&quot;", s)
	return s
}

# The texts of one key are all there when the next key begins.
function check_key(    l)
{
	if (key != "")
		for (l = 1; l <= nlangs; l++)
			if (!((key, lang[l]) in said))
				fail(key_at, key " has no " lang[l])
}

function check_text(text, where)
{
	if (text == "")
		fail(where, "an empty text")
	gsub(/\{\{[^{}]*\}\}/, "", text)
	if (text ~ /\{\{|\}\}/)
		fail(where, "a tag goes over the line")
}

# texts.c looks for a key by halves, in the order of its bytes.
function sort_keys(    i, j, moved)
{
	for (i = 2; i <= nkeys; i++) {
		moved = keys[i]
		for (j = i; j > 1 && keys[j - 1] "" > moved ""; j--)
			keys[j] = keys[j - 1]
		keys[j] = moved
	}
}

BEGIN {
	nlangs = split("en de", lang, " ")
	for (i = 1; i <= nlangs; i++)
		known_lang[lang[i]] = 1
}

# A file begins with a key of its own.
FNR == 1 {
	check_key()
	key = ""
}

/^#/ || /^$/ {
	next
}

/^\t/ {
	where = FILENAME ":" FNR
	code = $1
	text = $0
	sub(/^\t[a-z]+ */, "", text)
	if (key == "")
		fail(where, "a text before the first key")
	else if (!(code in known_lang))
		fail(where, code " is no language of the lesson")
	else if ((key, code) in said)
		fail(where, key " has " code " twice")
	check_text(text, where)
	said[key, code] = html(text)
	# C11, 5.2.4.1: what every compiler takes
	if (length(said[key, code]) > 4095)
		fail(where, "a text over 4095 bytes")
	next
}

{
	check_key()
	key = $1
	key_at = FILENAME ":" FNR
	if (key in known)
		fail(key_at, key " is there twice")
	if (NF > 1 || key !~ /^[a-z0-9][a-z0-9._-]*$/)
		fail(key_at, "a key has only a-z, 0-9 and . - _")
	if (length(key) > 63)
		fail(key_at, "a key over 63 bytes")
	known[key] = 1
	keys[++nkeys] = key
}

END {
	check_key()
	if (nkeys == 0)
		fail("embed-lesson.awk", "no texts")
	if (failed)
		exit 1
	sort_keys()

	print "/* Made by embed-lesson.awk; do not edit. */"
	print "static const struct lesson_word {\n\tconst char *key;"
	print "\tconst char *text[" nlangs "];   /* " lang[1] ", " lang[2] " */"
	print "} lesson_words[] = {"
	for (i = 1; i <= nkeys; i++) {
		printf "{ \"%s\", {", keys[i]
		for (j = 1; j <= nlangs; j++)
			printf "\n    %s,", quoted(said[keys[i], lang[j]])
		print " } },"
	}
	print "};"
}
