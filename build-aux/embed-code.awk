# embed-code.awk - pieces of the sources, for the lesson to show.
#
#	LC_ALL=C awk -f embed.awk -f embed-code.awk lesson/code.txt FILE... \
#	    > lesson/code_data.h
#
# A line of code.txt has a name, a file and a function: the piece is that
# function with the comment above it.  All files that are named there are
# embedded whole as well.  A function that is not there fails the build.
# SPDX-License-Identifier: ISC

FNR == 1 {
	file = FILENAME
	above = body = ""
	inside = 0
}

FILENAME ~ /code\.txt$/ {
	if ($0 !~ /^#/ && NF == 3) {
		name[++n] = $1
		of[n] = $2
		wanted[$2, $3] = n
	}
	next
}

{
	if (!(file in whole))
		order[++nfiles] = file
	whole[file] = whole[file] quoted_line($0)
}

# What stands above a function: its comment, and its type.
!inside && /^$/ {
	above = ""
}

!inside && /^[a-z_]+\(/ {
	called = $0
	sub(/\(.*/, "", called)
	if ((file, called) in wanted)
		inside = wanted[file, called]
}

!inside && /^[^ ]/ || !inside && /^ \*/ {
	above = above quoted_line($0)
}

inside {
	piece[inside] = piece[inside] quoted_line($0)
	if (/^}/) {
		piece[inside] = above piece[inside]
		above = ""
		inside = 0
	}
}

END {
	for (i = 1; i <= n; i++)
		if (!(i in piece)) {
			print "code.txt: " name[i] " is not in " of[i] | "cat 1>&2"
			exit 1
		}
	print "/* Made by embed-code.awk; do not edit. */"
	print "static const struct code pieces[] = {"
	for (i = 1; i <= n; i++)
		print "{ \"" name[i] "\", \"" of[i] "\"," piece[i] " },"
	print "};\n\nstatic const struct {\n\tconst char *name, *text;\n} files[] = {"
	for (i = 1; i <= nfiles; i++)
		print "{ \"" order[i] "\"," whole[order[i]] " },"
	print "};"
}
