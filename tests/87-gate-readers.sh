#!/bin/sh
# 87-gate-readers.sh - goal: no reader takes what the gate lets through for
# another page: WHATWG URL and PHP's functions read 20,000 odd paths, and the
# rules hold for what they find; what browsers send is not refused for nothing.
# shellcheck disable=SC1091,SC2046,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need node php-cgi

tool=$top_srcdir/tests/gate-readers.js
[ -x "$top_builddir/tests/gate_verdicts" ] ||
    bail "tests/gate_verdicts has not been built"

# judged N - the gate's word on each path, by the rules of this number.
judged() {
	node "$tool" rules "$1" > "$T/run/rules" &&
	    env $(settings) "$top_builddir/tests/gate_verdicts" \
	    "$T/run/rules" alice bob < "$T/run/paths" \
	    > "$T/run/verdicts" 2>> "$T/run/why"
}

# compare N - sets $wrong_ones, $strict_ones and $few, or bails out.
compare() {
	node "$tool" compare "$1" "$T/run/paths" "$T/run/php" \
	    "$T/run/verdicts" > "$T/run/told" 2>&1 || {
		sed 's/^/# /' "$T/run/told"
		bail "the paths could not be compared"
	}
	wrong_ones=$(sed -n 's/^wrong //p' "$T/run/told")
	strict_ones=$(sed -n 's/^strict //p' "$T/run/told")
	few=$(sed -n 's/^few //p' "$T/run/told")
}

node "$tool" paths > "$T/run/paths" || bail "node makes no paths"
php-cgi -q "$top_srcdir/tests/gate-readers.php" < "$T/run/paths" \
    > "$T/run/php" || bail "PHP reads no paths"

for n in 0 1 2; do
	judged "$n" || differ "the verdicts" "none" "a line a path"
	compare "$n"
	grep '^# rules' "$T/run/told"
	[ "$wrong_ones" = 0 ] || differ "paths that are read in another way" \
	    "$wrong_ones, such as
$(sed -n 's/^# "/"/p' "$T/run/told")" 0
	verdict "r70_no_reader_finds_another_page_in_what_passed ($n)"
	same "what browsers send and is judged by more than the rules" \
	    "$strict_ones" 0
	same "users for whom hardly anything odd passes" "$few" 0
	verdict "r70_what_browsers_send_is_judged_by_the_rules_alone ($n)"
done

# What finds nothing must be able to.
sed 's/./+/g' "$T/run/verdicts" > "$T/run/open"
mv "$T/run/open" "$T/run/verdicts"
compare 2
at_least "what a gate that lets everybody in does wrong" "$wrong_ones" 10000
sed 's/./-/g' "$T/run/verdicts" > "$T/run/shut"
mv "$T/run/shut" "$T/run/verdicts"
compare 2
at_least "what a gate that is shut does wrong" "$strict_ones" 100
same "users for whom nothing passes" "$few" 3
verdict the_comparison_sees_a_gate_that_is_open_and_one_that_is_shut
finish
