#!/bin/sh
# 06-tree.sh - goal: README's own way to build, in the tree, works with the
# other compiler as well, and leaves nothing that git would have to be told of.
# shellcheck disable=SC1091,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
need clang git make tar

# The sources as a clone has them, wherever they come from.
clone=$T/clone
mkdir "$clone"
tar -C "$top_srcdir" -cf - --exclude=./build --exclude=./.git . |
    tar -C "$clone" -xf - --no-same-owner
unset MAKEFLAGS MFLAGS MAKELEVEL
cd "$clone" || bail "no clone"
git init -q . && git add -A && git clean -fdxq &&
    git -c user.name=tests -c user.email=tests@localhost commit -qm clone ||
    bail "no clone"

{ ./bootstrap && ./configure -q --enable-werror CC=clang CFLAGS=-O1 &&
    make -s -j"$(nproc)"; } > "$T/log/make.log" 2>&1
built=$?
same "the build: $(tail -n 20 "$T/log/make.log")" "$built" 0
verdict r103_clang_builds_it_without_a_warning

same "what git sees" "$(git status --porcelain)" ""
verdict r103_a_build_in_the_tree_leaves_git_clean

# To build these as well takes minutes, so git is asked about their names.
{
	cat Makefile
	printf 'products:\n\t@printf "%%s\\n" $(%s) $(%s) $(%s)\n' check_DATA \
	    check_LIBRARIES check_PROGRAMS
} > "$T/run/Makefile"
make -s -f "$T/run/Makefile" products > "$T/run/products" 2>> "$T/log/make.log"
holds "what make check builds" "$T/run/products" tests/unit/csrf
git check-ignore --stdin --no-index < "$T/run/products" > "$T/run/ignored"
same "what git would see of it" \
    "$(grep -vxF -f "$T/run/ignored" "$T/run/products")" ""
verdict r103_make_check_in_the_tree_leaves_git_clean
cd "$T" || bail "no folder"

finish
