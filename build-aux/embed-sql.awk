# embed-sql.awk - sql/*.sql as C: statements by name, NNN-*.sql in order.
# awk -f embed-sql.awk sql/statements.sql sql/trace.sql sql/001-....sql ... \
#	> libsess/sql.h
# SPDX-License-Identifier: ISC

# One line of SQL without comment and needless blanks, as part of a C string.
function tidy(line) {
	sub(/--.*/, "", line)
	gsub(/[ \t]+/, " ", line)
	sub(/^ /, "", line)
	sub(/ $/, "", line)
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	return line
}

# The heading of a statement, as a C string; none: it is not traced.
function reason(line) {
	sub(/^-- [a-z_]+: */, "", line)
	gsub(/"/, "\\\"", line)
	return line == "" ? "NULL" : "\"" line "\""
}

function flush() {
	if (name != "")
		text[names] = body
	name = body = ""
}

FNR == 1 && FILENAME !~ /(statements|trace)\.sql$/ {
	flush()
	upgrades++
}

upgrades == 0 && /^-- [a-z_]+:( |$)/ {
	flush()
	name = $2
	sub(/:$/, "", name)
	id[++names] = toupper(name)
	purpose[names] = reason($0)
	next
}

{
	line = tidy($0)
	if (line == "")
		next
	if (upgrades > 0)
		upgrade[upgrades] = upgrade[upgrades] "\n\t    \"" line " \""
	else if (name != "")
		body = body "\n\t    \"" line " \""
}

END {
	flush()
	print "/* Made from sql/ by embed-sql.awk. */"
	print "enum sql {"
	for (i = 1; i <= names; i++)
		print "\tSQL_" id[i] ","
	print "\tSQL_COUNT\n};\n\n#ifdef SQL_TEXTS\nstatic const char *const sql_text[] = {"
	for (i = 1; i <= names; i++)
		print "\t[SQL_" id[i] "] =" text[i] ","
	print "};\n\nstatic const char *const sql_purposes[] = {"
	for (i = 1; i <= names; i++)
		print "\t[SQL_" id[i] "] = " purpose[i] ","
	print "};\n\nstatic const char *const sql_upgrades[] = {"
	# In parentheses: one text of several lines, and no comma forgotten.
	for (i = 1; i <= upgrades; i++)
		print "\t/* to version " i " */\n\t(" upgrade[i] "),"
	print "};\n#endif"
}
