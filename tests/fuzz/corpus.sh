#!/bin/sh
# corpus.sh - each fuzz target over the inputs that are kept, as TAP.
#
# An input that once broke something is one of them, and stays.
# SPDX-License-Identifier: ISC
set -u
n=0
for name in conf cookie ctype fcgi_request form forwarded hash jar multipart \
    rules target token utf8; do
	for file in "$top_srcdir/tests/fuzz/corpus/$name"/*; do
		n=$((n + 1))
		if "$top_builddir/tests/fuzz/$name" "$file" >/dev/null 2>&1
		then
			echo "ok $n - $name: $(basename "$file")"
		else
			echo "not ok $n - $name: $(basename "$file")"
		fi
	done
done
echo "1..$n"
