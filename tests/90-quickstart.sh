#!/bin/sh
# 90-quickstart.sh - goal: a person who runs ./quickstart on a clean machine
# gets the demo and what it needs, and nothing else: no service
# that starts with the machine, no server that is root.
# shellcheck disable=SC1091,SC2119,SC2154
# SPDX-License-Identifier: ISC
. "$top_srcdir/tests/scenario.sh"
. "$top_srcdir/tests/chroot.sh"
need diff hostname pgrep ps

chroot_make
policy=$chroot/usr/sbin/policy-rc.d
log=$T/run/quickstart.log       # has the demo's passwords, on purpose

# What starts with the machine there.
boot() {
	find "$chroot"/etc/systemd/system "$chroot"/etc/rc?.d \
	    ! -type d ! -name 'K*' -printf '%p %l\n' | sort
}

# start [NAME=value...] - ./quickstart; returns when it serves at $at.
at=127.0.0.1
start() {
	port=$((10000 + $(random 20000)))
	base=http://$at:$port
	chroot_start "PORT=$port" "$@" ./quickstart > "$log" 2>&1
	for try in $(seq 3000); do
		status=$(curl -s -m 5 -o "$body" -w '%{http_code}' \
		    "$base/cgi-bin/visits")
		[ "$status" = 000 ] && kill -0 "$program" 2>/dev/null || break
		sleep 0.1
	done
	[ "$status" != 200 ] || return 0
	differ "quickstart" "$status: $(tail -n 20 "$log")" "the first page"
}

stop() {
	kill -TERM "$inside"         # a shell cannot trap the INT of a job
	wait "$program"
	inside=
	same "what is left in /tmp" "$(ls "$chroot/tmp")" ""
}

# Who is the server?
user() {
	ps -o uid= -p "$(pgrep --ns "$inside" --nslist pid -x lighttpd)" |
	    tr -d ' '
}

# ---- A link where the policy would be ----------------------------------------

ln -s /precious "$policy"
boot > "$T/run/before"
start
same "what it leads to" "$(test -e "$chroot/precious" && echo made)" ""
same "the link" "$(readlink "$policy")" /precious
holds "what it says of it" "$log" "policy-rc.d is there"
verdict r81_a_dangling_link_is_not_followed

boot > "$T/run/after"
same "packages" "$(chroot "$chroot" dpkg-query -W -f '${db:Status-Status}' \
    lighttpd)" installed
same "what starts at boot" "$(diff "$T/run/before" "$T/run/after")" ""
holds "what it says" "$log" "installing gcc"
holds "what it says" "$log" "lighttpd does not start with the machine"
verdict r81_no_service_starts_at_boot_and_it_says_so

same "the server" "$(user)" 33
holds "what it says" "$log" "run as www-data, not as root"
ask ann visits
same "a page" "$status" 200
holds "a page, for a reader at this machine" "$body" '<aside class="panel"'
same "whose store it is" "$(stat -c %u "$chroot"/tmp/libsess.*/data/*.db |
    sort -u)" 33
same "the site" "$(curl -s -L -o "$body" -w '%{http_code} %{url_effective}' "$base/")" \
    "200 $base/cgi-bin/index"
login ann
same "a login" "$status" 303
stop
verdict r81_as_root_it_serves_as_another_user_and_leaves_nothing

# ---- For a phone -------------------------------------------------------------------

start HOST=0.0.0.0
own=$(hostname -I | tr ' ' '\n' | grep -m 1 -F .)
holds "what it says" "$log" "http://$own:$port/"
holds "what it says" "$log" "WARNING: this is plain http"
base=http://$own:$port
ask phone visits
same "a page at $own" "$status" 200
lacks "a page at $own" "$body" 'class="panel"'
ask phone login
ask phone login -H "Origin: $base" --data-urlencode "csrf=$(token)" \
    -d user=alice -d password=wonderland-1865
same "a login at $own" "$status" 303
stop
verdict r103_with_host_a_phone_can_open_it_and_it_warns

at='[::1]'
start HOST=::1
holds "what it says" "$log" "http://[::1]:$port/"
lacks "what it says" "$log" WARNING
login six
same "a login at ::1" "$status" 303
stop
at=127.0.0.1
chroot_run HOST='1.2.3.4" x' ./quickstart > "$log" 2>&1
same "a host that is no address" $? 1
holds "what it says" "$log" "not an address"
verdict r103_host_takes_ipv6_and_nothing_that_is_no_address

# ---- The policy --------------------------------------------------------------------

# Somebody else's stays.  One of a quickstart that was killed goes.
rm "$policy"
chroot_run dpkg --purge --force-depends lighttpd > "$T/log/purge.log" 2>&1
cat > "$chroot/usr/local/bin/apt-get" <<'EOF'
#!/bin/sh
[ "$1" != install ] || cp /usr/sbin/policy-rc.d /seen
exec /usr/bin/apt-get "$@"
EOF
chmod 755 "$chroot/usr/local/bin/apt-get"
boot > "$T/run/before"
start PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LIBSESS_STORE=sqlite:/var/own/sess.db
same "the policy at the end" "$(ls "$policy" 2>/dev/null)" ""
holds "the policy meanwhile" "$chroot/seen" "exit 101"
holds "the policy meanwhile" "$chroot/seen" "rm /usr/sbin/policy-rc.d"
holds "the policy meanwhile" "$chroot/seen" quickstart
boot > "$T/run/after"
same "what starts at boot" "$(diff "$T/run/before" "$T/run/after")" ""
same "the server, for a store that is new" "$(user)" 33
same "the store" "$(stat -c '%u %a' "$chroot/var/own")" "33 700"
stop
verdict r81_a_policy_says_why_it_is_there_and_goes

cp "$chroot/seen" "$policy"
chown -R 4242:4242 "$chroot/var/own"
start LIBSESS_STORE=sqlite:/var/own/sess.db
same "the policy of one that was killed" "$(ls "$policy" 2>/dev/null)" ""
holds "what it says" "$log" "a quickstart that was killed"
same "the server, for a store of theirs" "$(user)" 4242
holds "what it says" "$log" "run as user 4242, not as root"
stop
chown -R 0:0 "$chroot/var/own"
printf '#!/bin/sh\nexit 101\n' > "$policy"
start LIBSESS_STORE=sqlite:/var/own/sess.db
same "the policy of others" "$(cat "$policy")" "$(printf '#!/bin/sh\nexit 101')"
same "the server, for a store of root's" "$(user)" 0
holds "what it says" "$log" "WARNING: server and pages run as root"
stop
verdict r81_with_a_store_it_serves_as_its_folder_s_owner

# ---- Others than services of System V ------------------------------------------------

# The same script, which wants more of Debian: units alone, a socket, a timer,
# and systemd itself, whose own are left alone.
rm "$policy"
sed -i 's/^serve_packages="/&caddy fcgiwrap php-cgi systemd /' "$chroot/src/quickstart"
boot > "$T/run/before"
start
boot > "$T/run/after"
same "what starts at boot" "$(diff "$T/run/before" "$T/run/after" |
    sed -n 's/^> .*\///p' | sort)" "getty@.service
remote-fs.target
systemd-pstore.service"
for unit in caddy fcgiwrap fcgiwrap.socket phpsessionclean.timer; do
	holds "what it says" "$log" "$unit"
done
lacks "what it says" "$log" "getty@tty1.service does"
stop
verdict r81_no_socket_or_timer_starts_at_boot_either

finish
