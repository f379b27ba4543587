# shellcheck shell=sh disable=SC2154
# chroot.sh - a clean Debian, for what must be tried on one.  It is sourced
# after scenario.sh, and needs root.
#
#	chroot_make
#	chroot_run ./configure
#
# The Debian is made once, and kept below the build folder for a day: all
# scenarios of a run unpack the same one.
# SPDX-License-Identifier: ISC

[ "$(id -u)" = 0 ] || bail "a clean Debian needs root: run make check as root"
need apt-config apt-get chroot debootstrap mount tar unshare

clean=$top_builddir/tests/clean-debian.tar
chroot_there() {
	[ -n "$(find "$clean" -mmin -1440 2>/dev/null)" ]
}

# Where this machine has its own Debian from.
chroot_mirror() {
	apt-get indextargets --format '$(ORIGIN) $(RELEASE) $(REPO_URI)' \
	    'Created-By: Packages' 2>/dev/null |
	    awk '$1 == "Debian" && $2 == "bookworm" { print $3; exit }'
}

chroot_bootstrap() {
	mirror=$(chroot_mirror)
	debootstrap --variant=minbase bookworm "$T/clean" \
	    "${mirror:-http://deb.debian.org/debian}" \
	    > "$T/log/debootstrap.log" 2>&1 || {
		tail -n 20 "$T/log/debootstrap.log" | sed 's/^/# /'
		bail "no clean Debian can be made"
	}
	apt-config dump | grep -i '::proxy' > "$T/clean/etc/apt/apt.conf"
	# nothing of it is to survive a power cut
	echo force-unsafe-io > "$T/clean/etc/dpkg/dpkg.cfg.d/unsafe-io"
	tar -C "$T/clean" -cf "$clean.$$" . && mv "$clean.$$" "$clean" ||
	    bail "the clean Debian cannot be kept"
	rm -rf "$T/clean"
}

# A new one, at $chroot, where this tree is /src, as it was before any build.
chroot_make() {
	chroot=$T/chroot
	chroot_there || chroot_bootstrap
	mkdir "$chroot"
	tar -C "$chroot" -xf "$clean"
	cp -L /etc/resolv.conf "$chroot/etc/resolv.conf"
	mkdir "$chroot/src"
	tar -C "$top_srcdir" -cf - --exclude=./build --exclude=./.git . |
	    tar -C "$chroot/src" -xf - --no-same-owner
}

# chroot_run [NAME=value...] COMMAND... - in /src, with processes and mounts
# of its own, which all end with it.  Its network is this machine's, or another
# with network="nsenter --net=...".  With by=exec it takes the caller's place, and
# its one child is the command.
by=
network=
chroot_run() {
	# shellcheck disable=SC2086  # words
	$by $network unshare --mount --pid --fork --kill-child \
	    sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' \
	    "$chroot" env -i -C /src PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	    ${http_proxy:+"http_proxy=$http_proxy"} "$@"
}

# chroot_start [NAME=value...] COMMAND... - the same, and do not wait: sets
# $program, to be waited for, and $inside, to be sent signals to.
chroot_start() {
	( by="exec"; chroot_run "$@" ) &
	program=$!
	until inside=$(pgrep -P "$program"); do
		kill -0 "$program" 2>/dev/null || return 1
		sleep 0.05
	done
}

# The first process there takes no signal that it does not wait for, but this.
chroot_end() {
	[ -z "${inside-}" ] || kill -KILL "$inside" 2>/dev/null
	folder_remove
}
trap chroot_end EXIT
