# embed-lines.awk - a list, one a line, as one array of characters in C: each
# line between two "\n".  An array, because a string may have 4095 at most.
# awk -f embed-lines.awk libsess/common.txt > libsess/common.h
# SPDX-License-Identifier: ISC

BEGIN {
	print "/* Made from common.txt by embed-lines.awk. */"
	print "static const char common[] = {\n'\\n',"
}

{
	gsub(/[\\']/, "\\\\&")
	gsub(/\\?./, "'&',")
	print $0 "'\\n',"
}

END { print "'\\0' };" }
