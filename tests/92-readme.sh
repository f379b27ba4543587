#!/bin/sh
# 92-readme.sh - goal: a newcomer with a fresh Debian who types what README
# says has a page of their own, an account and a login, behind each of the three
# web servers, without a 503 and without a guess.  Every command and every
# program is taken from README.md.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/chroot.sh"
need ip nsenter pgrep

chroot_make
programs=$chroot/root/page
mkdir "$programs"

# ---- README ----------------------------------------------------------------------

# commands HEADING - what README says to type below it, up to the next heading.
commands() {
	awk -v heading="$1" '
		/^```/ { show = ($0 == "```sh" && here); next }
		/^##/ && !show { here = $0 ~ "^##+ (or )?" heading "$" }
		show' "$top_srcdir/README.md"
}

# Each program into the file that its first line names.
awk -v folder="$programs/" '
	/^```/ { file = ""; code = ($0 == "```c"); next }
	code && file == "" { file = folder $2 }
	code { print > file }' "$top_srcdir/README.md"

# ---- The machine -----------------------------------------------------------------

# It has a person who is root, says yes, and no systemd: what that would start
# is started by the scripts that Debian has for machines without it, and, as on
# any Debian, when it is installed.
mkdir -p "$chroot/usr/local/bin"
printf '#!/bin/sh\nexec "$@"\n' > "$chroot/usr/local/bin/sudo"
printf '#!/bin/sh\nexec service "$2" "$1"\n' > "$chroot/usr/local/bin/systemctl"
chmod 755 "$chroot/usr/local/bin"/*
printf '#!/bin/sh\nexit 0\n' > "$chroot/usr/sbin/policy-rc.d"
chmod 755 "$chroot/usr/sbin/policy-rc.d"
echo 'APT::Get::Assume-Yes "yes";' > "$chroot/etc/apt/apt.conf.d/yes"

# machine COMMAND...
machine() {
	chroot_run PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	    HOME=/root DEBIAN_FRONTEND=noninteractive \
	    "MAKEFLAGS=-j$(nproc)" "$@"
}

# typed FOLDER < COMMANDS - as a person types them: one that fails ends it.
typed() {
	machine env -C "$1" sh -e > "$T/log/typed" 2>&1
	ended=$?
	same "it failed: $(tail -n 20 "$T/log/typed")" "$ended" 0
}

# All packages come before, as their servers' port 80 needs a network apart.
fetched() {
	machine apt-get update -qq &&
	    machine apt-get install -qq spawn-fcgi &&
	    for heading in Install Apache lighttpd nginx; do
		commands "$heading" | awk '/apt-get install/ { show = 1 }
		    show
		    !/\\$/ { show = 0 }' |
		    sed 's/apt-get install/& -qq --download-only/' |
		    machine sh -e || return 1
	    done
}
fetched > "$T/log/fetched" 2>&1 || {
	tail -n 20 "$T/log/fetched" | sed 's/^/# /'
	bail "the packages that README names cannot be fetched"
}

unshare --net sleep infinity &
apart=$!
trap 'kill "$apart"; chroot_end' EXIT
network="nsenter --net=/proc/$apart/ns/net"
until [ "$(readlink "/proc/$apart/ns/net")" != "$(readlink /proc/$$/ns/net)" ]
do
	sleep 0.05
done
$network ip link set lo up || bail "there is no network apart"
curl() {
	$network curl "$@"
}
base=http://localhost

# ---- Install ---------------------------------------------------------------------

commands Install | typed /src
holds "what make install says" "$T/log/typed" \
    "$(commands Install | tail -n 1)"
holds "what make install says" "$T/log/typed" /var/lib/libsess/sess.db
grep examples/libsess.conf "$T/log/typed" > "$T/run/advice"
typed / < "$T/run/advice"
same "the settings" "$(find "$chroot/etc/libsess" -name libsess.conf |
    wc -l)" 1
verdict r103_readme_installs_on_a_clean_debian

for heading in 'A page' Accounts 'The same page, as FastCGI'; do
	commands "$heading" | typed /root/page
done
verdict r103_readme_s_programs_compile_and_link

# ---- A page of one's own, behind each server ----------------------------------------

# behind HEADING - type what README says of this server, and have it.
behind() {
	{
		commands "$1"
		echo 'touch /ready; exec sleep infinity'
	} > "$chroot/root/serve"
	rm -f "$chroot/ready"
	chroot_start PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	    DEBIAN_FRONTEND=noninteractive sh -e /root/serve \
	    > "$T/log/$1.log" 2>&1
	until [ -e "$chroot/ready" ]; do
		kill -0 "$program" 2>/dev/null || {
			differ "$1" "$(tail -n 20 "$T/log/$1.log")" "a server"
			return
		}
		sleep 0.2
	done
	# it has said that it is there before it listens
	for try in $(seq 300); do
		! curl -s -m 5 -o "$body" "$base/" || return
		sleep 0.2
	done
	differ "$1" "$(tail -n 20 "$T/log/$1.log")" "a server after $try looks"
}

away() {
	kill -KILL "$inside"
	wait "$program" 2>/dev/null
	inside=
}

# visit BROWSER NAME N - it counts, and knows who comes.
visit() {
	ask "$1" visits
	same "visit $3 of $1" "$status" 200
	holds "visit $3 of $1" "$body" "Hello, $2.  This is visit $3."
}

behind Apache
visit ann stranger 1
visit ann stranger 2
verdict r103_readme_s_page_counts_behind_apache

submit ann signup user=ann password=short
same "a password that is too short" "$status" 400
submit ann signup user=ann password=Password1
same "a weak password" "$status" 400
submit ann signup user=ann password=tea-at-half-past-five
same "the account" "$status $(header Location)" "303 /cgi-bin/visits"
visit ann ann 3
submit bob signup user=ann password=tea-at-half-past-five
same "the same name" "$status" 409
verdict r103_readme_s_signup_makes_the_first_account

submit eve login user=ann password=tea-at-half-past-six
same "a wrong password" "$status" 401
submit eve login user=ann password=tea-at-half-past-five remember=on
same "a login" "$status $(header Location)" "303 /cgi-bin/visits"
visit eve ann 1
verdict r103_readme_s_login_lets_the_account_in_behind_apache

commands 'The same page, as FastCGI' | grep -q 'visits\.fcgi' &&
    cp "$programs/visits.fcgi" "$chroot/usr/lib/cgi-bin/"
ask eve visits.fcgi
same "the FastCGI program, as CGI" "$status" 200
holds "the FastCGI program, as CGI" "$body" "Hello, ann.  This is visit 2."
verdict r103_readme_s_fastcgi_program_is_the_same_page
away

for server in nginx lighttpd; do
	behind $server
	visit $server stranger 1
	visit $server stranger 2
	submit $server login user=ann password=tea-at-half-past-five
	same "a login" "$status $(header Location)" "303 /cgi-bin/visits"
	visit $server ann 3
	away
	verdict "r103_readme_s_page_and_login_work_behind_$server"
done

kill "$apart"
wait "$apart" 2>/dev/null
trap chroot_end EXIT
finish
