# embed-pages.awk - put the pages, the words and the schema into one header.
#
#	LC_ALL=C awk -f embed.awk -f embed-pages.awk www/pages/*.html \
#	    www/words.txt sql/demo*.sql > cgi-bin/pages_data.h
#
# A page.html becomes a template called "page", words.txt the table of words,
# a NAME.sql the text NAME_sql; but where "-- name: draft_list" stands in it,
# what follows becomes the query DRAFT_LIST.  Each C file takes the part that
# it wants: PAGES_DATA_TEMPLATES, PAGES_DATA_WORDS, PAGES_DATA_SQL, and
# PAGES_DATA_QUERIES for the names of the queries.
#
# What would be found by a visitor otherwise is found here: a section that
# does not end, a word that is missing in some language, or everywhere, a piece
# that is no file.  Then nothing is written and the exit status is 1.
#
# words.txt: the languages of the first key are those of all.
# SPDX-License-Identifier: ISC

# The tags of one line: sections must pair, words are looked up at the end.
function check_tags(line, where,    tag, kind, what)
{
	while (match(line, /\{\{[^{}]*\}\}/)) {
		tag = substr(line, RSTART + 2, RLENGTH - 4)
		line = substr(line, RSTART + RLENGTH)
		kind = substr(tag, 1, 1)
		what = substr(tag, 2)
		if (tag == "" || tag ~ /^[#^@>+\/]$/)
			fail(where, "an empty tag")
		else if (kind == "#" || kind == "^")
			open[++depth] = what
		else if (kind == "/" && (depth == 0 || open[depth] != what))
			fail(where, "{{/" what "}} ends nothing")
		else if (kind == "/")
			depth--
		else if (kind == "@")
			asked[what] = where
		else if (kind == "+")
			piece[what] = where
	}
	if (line ~ /\{\{/)
		fail(where, "a tag goes over the line")
}

function check_end()
{
	if (depth > 0)
		fail(file, "{{#" open[depth] "}} does not end")
	depth = 0
}

# One more line of the text that is called so.
function line_of(so, line)
{
	text[so] = text[so] quoted_line(line)
	# C11, 5.2.4.1: what every compiler takes
	size[so] += length(line) + 1
	if (size[so] > 4095)
		fail(so, "over 4095 bytes: make two of it")
}

FNR == 1 {
	check_end()
	file = name = FILENAME
	sub(/.*\//, "", name)
	type = name
	sub(/.*\./, "", type)
	sub(/\..*/, "", name)
	if (type == "html")
		page[++npages] = name
	query = ""
}

# A whole document is no page inside the frame, which wants a title; nor is a
# piece of one.
type == "html" && /^<!doctype/ {
	whole[name] = 1
}

type == "html" {
	check_tags($0, FILENAME ":" FNR)
	line_of("page " name, $0)
	next
}

type == "sql" && /^-- name: / {
	query = toupper($3)
	queries[++nqueries] = query
	next
}

type == "sql" {
	if ($0 ~ /^--/ || $0 == "")
		next
	if (query == "" && !(("sql " name) in text))
		sql[++nsql] = name
	line_of(query == "" ? "sql " name : "query " query, $0)
	next
}

/^#/ || /^$/ {
	next
}

/^\t/ {
	if (nkeys == 1 && !($1 in known_lang))
		add_lang($1)
	check_tags(add_text(), FILENAME ":" FNR)
	next
}

{
	begin_key()
}

END {
	check_end()
	check_key()
	for (key in asked)
		if (!(key in known))
			fail(asked[key], "no word " key)
	for (key in piece)
		if (!(("page " key) in text))
			fail(piece[key], "no piece " key)
	for (i = 1; i <= npages; i++)
		if (!(page[i] in whole) && !(page[i] in piece) &&
		    !((page[i] ".title") in known))
			fail(page[i], "no word " page[i] ".title")
	if (failed)
		exit 1

	print "/* Made by embed-pages.awk; do not edit. */"
	print "#ifdef PAGES_DATA_TEMPLATES"
	print "static const struct {\n\tconst char *name, *text;"
	print "} page_templates[] = {"
	for (i = 1; i <= npages; i++)
		print "{ \"" page[i] "\"," text["page " page[i]] " },"
	print "};\n#endif\n\n#ifdef PAGES_DATA_WORDS"
	printf "static const char *const word_langs[] = {"
	for (i = 1; i <= nlangs; i++)
		printf " \"%s\",", lang[i]
	print " };\n\nstatic const struct word {\n\tconst char *key;"
	print "\tconst char *text[" nlangs "];\n} words[] = {"
	print_words()
	print "#endif\n\n#ifdef PAGES_DATA_QUERIES\nenum query {"
	for (i = 1; i <= nqueries; i++)
		print "\t" queries[i] ","
	print "};\n#endif\n\n#ifdef PAGES_DATA_SQL"
	for (i = 1; i <= nsql; i++)
		print "static const char " sql[i] "_sql[] =" \
		    text["sql " sql[i]] ";"
	print "\nstatic const char *const queries[] = {"
	for (i = 1; i <= nqueries; i++)
		print "[" queries[i] "] =" text["query " queries[i]] ","
	print "};\n#endif"
}
