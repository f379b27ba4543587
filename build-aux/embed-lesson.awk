# embed-lesson.awk - put the texts of the lesson into one header.
#
#	LC_ALL=C awk -f embed.awk -f embed-lesson.awk www/lesson*.txt \
#	    > lesson/lesson_data.h
#
# The files are written as words.txt is.  The languages are en and de, in this
# order.  All files make one table, sorted by key, apart from the words of the
# pages: only the lesson carries it.
#
# A key that is there twice, that lacks a language or has one too many, an
# empty text, a "{{" without "}}": nothing is written and the exit status is 1.
# SPDX-License-Identifier: ISC

function check_tags(text)
{
	gsub(/\{\{[^{}]*\}\}/, "", text)
	if (text ~ /\{\{|\}\}/)
		fail(FILENAME ":" FNR, "a tag goes over the line")
}

BEGIN {
	add_lang("en")
	add_lang("de")
}

# A file begins with a key of its own.
FNR == 1 {
	check_key()
}

/^#/ || /^$/ {
	next
}

/^\t/ {
	check_tags(add_text())
	next
}

{
	begin_key()
}

END {
	check_key()
	if (nkeys == 0)
		fail("embed-lesson.awk", "no texts")
	if (failed)
		exit 1

	print "/* Made by embed-lesson.awk; do not edit. */"
	print "static const struct lesson_word {\n\tconst char *key;"
	print "\tconst char *text[" nlangs "];   /* " lang[1] ", " lang[2] " */"
	print "} lesson_words[] = {"
	print_words()
}
