#!/bin/sh
# lint.sh SRCDIR BUILDDIR - what can be said about the code without running it.
# SPDX-License-Identifier: ISC
set -u
src=$1
build=$2
bad=0

wrong() {
	printf 'lint: %s\n' "$*"
	bad=1
}

# Floors: a file includes its own floor's neighbours and what lies below.
floors() {
	awk '
	BEGIN {
		bytes = "banned buf clock crypt encode invisible io log network pool random trace utf8"
		exchange = "body cookie ctype file form forwarded http intake keep multipart"
		exchange = exchange " pairs part peer request response teach upload wire"
		session = "fields session token"
		store = "change db db_fault family gate lock_holder mark past people place rows sql store"
		store = store " tries"
		service = "common conf exchange hash origin password refusal setting"
		public = "sess sess_account sess_door sess_fcgi sess_store sess_trace"
		room("bytes", bytes " err")
		room("exchange", exchange)
		room("session", session)
		room("store", store " store_sqlite")
		room("service", service " account arrival aside carry commit csrf device event health" \
		    " known load mount once other_cookie progress remember serve take throttle weak")
		room("door", "cgi door")
		room("fcgi", "conn connections crew env fcgi fcgi_request fcgx listen" \
		    " record spool wiped")
		room("public", public)
		may("bytes", "public bytes")
		may("exchange", "public bytes exchange")
		may("session", "public bytes session")
		may("store", "public bytes store")
		may("service", "public bytes exchange session store service")
		may("door", "public bytes exchange service")
		may("fcgi", "public fcgi")
		may("public", "public")
	}
	function room(r, names,    i, n, a) {
		n = split(names, a, " ")
		for (i = 1; i <= n; i++)
			of[a[i]] = r
	}
	function may(r, rooms,    i, n, a) {
		n = split(rooms, a, " ")
		for (i = 1; i <= n; i++)
			allowed[r, a[i]] = 1
	}
	function base(path) {
		sub(/.*\//, "", path)
		sub(/\.[ch]$/, "", path)
		return path
	}
	/^#include "/ {
		split($0, part, "\"")
		from = of[base(FILENAME)]
		to = of[base(part[2])]
		if (from == "" || to == "" || !((from, to) in allowed)) {
			printf "%s:%d: %s (%s) may not include %s (%s)\n", \
				FILENAME, FNR, base(FILENAME), from, part[2], to
			failed = 1
		}
	}
	END { exit failed }' "$src"/libsess/*.[ch] || bad=1
}

# Each third-party library is met in one file.
one_file() {
	found=$(grep -lE "#include <$1" "$src"/libsess/*.[ch] "$src"/cgi-bin/*.[ch] \
		"$src"/lesson/*.[ch])
	for file in $found; do
		case " $2 " in
		*" $(basename "$file") "*) ;;
		*) wrong "$file meets $1; only $2 may" ;;
		esac
	done
}

headers_alone() {
	for header in "$src"/libsess/*.h; do
		printf '#include "%s"\n' "$header" |
			${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror \
			-I"$src/libsess" -I"$build/libsess" -x c -fsyntax-only - ||
			wrong "$header does not compile alone"
	done
	for header in sess sess_account sess_door sess_fcgi sess_trace; do
		printf '#include "%s.h"\n' "$header" |
			${CXX:-c++} -I"$src/libsess" -x c++ -fsyntax-only - ||
			wrong "$header.h does not compile as C++"
	done
}

# What a library exports is what its headers declare, no more and no less.
# exported LIBRARY HEADER...
exported() {
	library=$1
	shift
	nm -D --defined-only "$build/.libs/$library.so" |
		awk '$2 == "T" { print $3 }' | sort >"$build/exported"
	(cd "$src/libsess" && awk '
		{ sub(/\/\*.*\*\//, "") }
		/^ ?\/\*/ { comment = 1 }
		!comment
		/\*\// { comment = 0 }' "$@") |
		grep -oE '\bsess_[a-z_]+ ?\(' | tr -d ' (' | sort -u |
		grep -vxE 'sess_handler' >"$build/declared"
	diff "$build/declared" "$build/exported" ||
		wrong "what $library exports and $* differ"
	rm -f "$build/exported" "$build/declared"
}

lengths() {
	awk '
	/^\{/ { open = FNR }
	/^\}/ && open { n = FNR - open - 1
		if (n > 60) { print FILENAME ":" open ": " n " lines"; failed = 1 }
		open = 0 }
	length($0) > 100 { print FILENAME ":" FNR ": over-long line"; failed = 1 }
	/[ \t]$/ { print FILENAME ":" FNR ": blank at the end"; failed = 1 }
	END { exit failed }' "$src"/libsess/*.[ch] "$src"/cgi-bin/*.[ch] "$src"/lesson/*.[ch] \
		"$src"/fcgi/*.[ch] "$src"/tests/*.[ch] || bad=1
}

# The README's programs compile, without a warning.
examples() {
	mkdir -p "$build/examples"
	awk -v folder="$build/examples/" '
		/^```/ { file = ""; code = ($0 == "```c"); next }
		code && file == "" { file = folder $2 }
		code { print > file }' "$src/README.md"
	for title in visits cgi signup login fcgi; do
		${CC:-cc} -std=c11 -Wall -Wextra -Werror -I"$src/libsess" \
			-fsyntax-only "$build/examples/$title.c" ||
			wrong "the README's $title.c does not compile"
	done
	rm -rf "$build/examples"
}

# Each file says its licence, as distributions' tools look for it.
licences() {
	(cd "$src" && find .ci build-aux/*.awk build-aux/lint.sh cgi-bin fcgi lesson libsess sql tests www \
		Makefile.am bootstrap configure.ac quickstart -type f \
		! -path 'tests/fuzz/corpus/*' \( -path '.ci/*' -o \
		-name '*.[ch]' -o -name '*.sh' -o -name '*.sql' -o \
		-name '*.awk' -o -name '*.py' -o -name '*.js' -o \
		-name '*.php' -o -name '*.css' -o -name '*.inc' -o \
		-name 'Makefile.am' -o -name bootstrap -o \
		-name configure.ac -o -name quickstart \) \
		-exec grep -L 'SPDX-License-Identifier: ISC' {} +) |
		grep . && wrong "these files do not say their licence"
}

scripts() {
	(cd "$src" && shellcheck -x -S warning quickstart bootstrap .ci/run .ci/serve \
		build-aux/lint.sh tests/*.sh) || bad=1
}

# All that is drawn asks the settings; a hash without settings asks the system.
one_source() {
	found=$(grep -lE "\bcrypt_random *\(|\bgetrandom *\(" "$src"/libsess/*.c |
		grep -vE '/(crypt|random|password)\.c$')
	[ -z "$found" ] ||
		wrong "only random.c and sess_password_hash() may draw from the system:" \
			"random_bytes() is for" "$found"
	[ "$(grep -c 'crypt_random' "$src/libsess/password.c")" = 1 ] ||
		wrong "password.c draws from the system in sess_password_hash() alone"
}

floors
one_file sqlite3 "db.c ask.c"
one_file openssl crypt.c
one_file argon2 password.c
one_file crypt.h password.c
one_file fcgi fcgx.c
one_file fastcgi fcgx.c
one_source
headers_alone
exported libsess sess.h sess_account.h sess_door.h sess_trace.h
exported libsess_fcgi sess_fcgi.h
lengths
examples
licences
scripts
[ $bad -eq 0 ] && echo "lint: nothing to say"
exit $bad
