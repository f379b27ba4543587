# shellcheck shell=sh disable=SC2154
# Goal: what `make install` puts there is all that somebody else's page needs:
# headers, library, libsess.pc; and it is the release, without sanitizers.
# SPDX-License-Identifier: ISC

set -u
n=0
T=$(mktemp -d) || { echo "Bail out! no folder to work in"; exit 1; }
trap 'rm -rf "$T"' EXIT

verdict() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$T/log"
	fi
}

make -s -C "$top_builddir" install DESTDIR="$T/root" MAKEFLAGS= \
	>"$T/log" 2>&1
verdict $? install_into_a_folder

pc=$(dirname "$(find "$T/root" -name libsess.pc)")
PKG_CONFIG_PATH=$pc
PKG_CONFIG_SYSROOT_DIR=$T/root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
awk '/^```/ { show = 0 } /^\/\* visits\.c/ { show = 1 } show' \
	"$top_srcdir/README.md" >"$T/visits.c"
# shellcheck disable=SC2046
cc -Wall -Werror -o "$T/visits" "$T/visits.c" \
	$(pkg-config --cflags --libs libsess) >"$T/log" 2>&1
verdict $? readme_page_builds_with_pkg_config

lib=$(dirname "$(find "$T/root" -name libsess.so)")
env -i LD_LIBRARY_PATH="$lib" REQUEST_METHOD=GET SCRIPT_NAME=/visits \
	LIBSESS_CONF=/dev/null LIBSESS_STORE="sqlite:$T/data/sess.db" \
	"$T/visits" </dev/null >"$T/log" 2>&1
grep -q 'This is visit 1' "$T/log" && grep -q '^Set-Cookie: __Host-sid=' "$T/log"
verdict $? readme_page_counts_its_first_visit

{
	sed '/^main(/,$d' "$T/visits.c" | sed '$d'
	echo 'const struct sess_app app = { .handle = visits };'
} >"$T/page.c"
awk '/^```/ { show = 0 } /^#include <sess_fcgi.h>/ { show = 1 } show' \
	"$top_srcdir/README.md" >"$T/main.c"
# shellcheck disable=SC2046
cc -Wall -Werror -o "$T/fcgi" "$T/page.c" "$T/main.c" \
	$(pkg-config --cflags --libs libsess_fcgi) >"$T/log" 2>&1
verdict $? readme_page_builds_as_fastcgi_with_pkg_config

env -i LD_LIBRARY_PATH="$lib" REQUEST_METHOD=GET SCRIPT_NAME=/visits \
	GATEWAY_INTERFACE=CGI/1.1 LIBSESS_CONF=/dev/null \
	LIBSESS_STORE="sqlite:$T/data/sess.db" "$T/fcgi" </dev/null >"$T/log" 2>&1
grep -q 'This is visit 1' "$T/log"
verdict $? the_fastcgi_program_is_a_cgi_program_too

{ readelf -d "$lib/libsess.so"; nm -D "$lib/libsess.so"; } >"$T/log" 2>&1
! grep -qiE 'asan|ubsan|libfcgi|criterion' "$T/log"
verdict $? installed_library_has_no_sanitizer_and_no_fastcgi

find "$T/root" -name health >"$T/log"
[ "$(wc -l <"$T/log")" -eq 2 ]
verdict $? r101_the_health_page_is_installed_for_both_doors

find "$T/root" -name echo >"$T/log"
[ ! -s "$T/log" ]
verdict $? r102_echo_is_not_installed

find "$T/root" -name LICENSE >"$T/log"
grep -q 'The libsess authors' "$(cat "$T/log")"
verdict $? the_licence_is_installed

echo "1..$n"
