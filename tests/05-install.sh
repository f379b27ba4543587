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

find "$T/root" -type f >"$T/files"
missing=
for file in LICENSE README.md SECURITY.md CHANGES.md GATE.md \
    examples/libsess.conf; do
	grep -q "/doc/libsess/$file\$" "$T/files" || missing="$missing $file"
done
echo "missing:$missing" >"$T/log"
[ -z "$missing" ]
verdict $? r103_the_documents_are_installed

missing=
for file in "$top_srcdir"/sql/[0-9]*.sql; do
	grep -q "/libsess/sql/${file##*/}\$" "$T/files" || missing="$missing $file"
done
echo "missing:$missing" >"$T/log"
[ -z "$missing" ]
verdict $? r103_each_step_of_the_schema_is_installed

# What a packager installs is not in its place yet.
installed=$(make -s -C "$top_builddir" install DESTDIR="$T/root" MAKEFLAGS= |
    grep 'libsess is installed')
make -s -C "$top_builddir" install-data-hook MAKEFLAGS= >"$T/log" 2>&1
folder=$(find "$T/root" -path '*/examples/libsess.conf' -exec sed -n \
    's/^#store = sqlite:\(.*\)\/sess.db$/\1/p' {} +)
[ -z "$installed" ] && [ -n "$folder" ] &&
    grep -q "install -d -o www-data -g www-data -m 700 $folder\$" "$T/log" &&
    grep -q "The store is $folder/sess.db" "$T/log" &&
    grep -q '/libsess/libsess.conf' "$T/log" && grep -q ldconfig "$T/log"
verdict $? r103_make_install_says_where_the_store_and_the_settings_go

pc=$(dirname "$(find "$T/root" -name libsess.pc)")
PKG_CONFIG_PATH=$pc
export PKG_CONFIG_PATH
folder=$(pkg-config --variable=cgibindir libsess)
echo "cgibindir is $folder" >"$T/log"
[ -x "$T/root$folder/visits" ] && grep -q '^License: ISC' "$pc/libsess.pc"
verdict $? r103_pkg_config_knows_the_folder_of_the_pages

PKG_CONFIG_SYSROOT_DIR=$T/root
export PKG_CONFIG_SYSROOT_DIR
# Each program of README into the file that its first line names.
awk -v folder="$T/" '
	/^```/ { file = ""; code = ($0 == "```c"); next }
	code && file == "" { file = folder $2 }
	code { print > file }' "$top_srcdir/README.md"
: >"$T/log"
for page in visits login signup; do
	# shellcheck disable=SC2046
	cc -Wall -Wextra -Werror -o "$T/$page" "$T/$page.c" "$T/cgi.c" \
		$(pkg-config --cflags --libs libsess) >>"$T/log" 2>&1
done
[ -x "$T/visits" ] && [ -x "$T/login" ] && [ -x "$T/signup" ]
verdict $? readme_pages_build_with_pkg_config

lib=$(dirname "$(find "$T/root" -name libsess.so)")
env -i LD_LIBRARY_PATH="$lib" REQUEST_METHOD=GET SCRIPT_NAME=/visits \
	LIBSESS_CONF=/dev/null LIBSESS_STORE="sqlite:$T/data/sess.db" \
	"$T/visits" </dev/null >"$T/log" 2>&1
grep -q 'This is visit 1' "$T/log" && grep -q '^Set-Cookie: __Host-sid=' "$T/log"
verdict $? readme_page_counts_its_first_visit

# shellcheck disable=SC2046
cc -Wall -Wextra -Werror -o "$T/fcgi" "$T/visits.c" "$T/fcgi.c" \
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
