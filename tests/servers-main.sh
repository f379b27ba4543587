# shellcheck shell=sh disable=SC2154
# servers-main.sh - the main configuration of each web server, as Debian has
# it and as small as it can be, around one file of fcgi/servers.  Sourced after
# scenario.sh; all is about the deployment whose folder is $T, with its server
# at $port, and over https where $ssl is set.
# SPDX-License-Identifier: ISC

ssl=

# begin COMMAND... - as nobody in particular, with nothing in the environment,
# in a folder of its own (nobody may not enter everybody's home); sets $begun.
begin() {
	(
		cd "$T/own" || exit
		exec $as_user env -i "PATH=$PATH" "HOME=$T/own" \
		    "XDG_DATA_HOME=$T/own" "$@" >> "$T/log/out.log" 2>&1
	) &
	begun=$!
	servers="$begun $servers"
}

# apache FILE MODULE... - these beside those of Debian's minimum.
apache() {
	file=$T/run/$1
	shift
	modules="mpm_event authz_core dir mime alias env reqtimeout
	    ${ssl:+ssl} $*"
	{
		for module in $modules; do
			echo "LoadModule ${module}_module" \
			    "/usr/lib/apache2/modules/mod_$module.so"
		done
		cat <<-CONF
		ServerRoot "$T/own"
		ServerName 127.0.0.1
		Listen 127.0.0.1:$port
		PidFile "$T/own/apache.pid"
		ErrorLog "$T/log/apache.log"
		TypesConfig /etc/mime.types
		DirectoryIndex index.html
		<IfModule mod_cgid.c>
			ScriptSock "$T/own/cgid.sock"
		</IfModule>
		<IfModule mod_fcgid.c>
			FcgidIPCDir "$T/own"
			FcgidProcessTableFile "$T/own/fcgid_shm"
		</IfModule>
		<Directory "/">
			Require all denied
			AllowOverride None
		</Directory>
		Include /etc/apache2/mods-available/mpm_event.conf
		Include "$file"
		CONF
	} > "$T/run/apache.conf"
	[ -z "$ssl" ] || sed -i "s|^<VirtualHost .*|&\n	SSLEngine on\n\
	SSLCertificateFile $site/cert.pem\n\
	SSLCertificateKeyFile $site/key.pem|" "$file"
	begin apache2 -f "$T/run/apache.conf" -DFOREGROUND
}

# lighttpd_run FILE
lighttpd_run() {
	cat > "$T/run/lighttpd.conf" <<-CONF
	server.modules = ( "mod_indexfile", "mod_access", "mod_alias",
	    "mod_redirect" )
	server.document-root = "/var/www/html"
	server.upload-dirs = ( "$T/uploads" )
	server.errorlog = "$T/log/lighttpd.log"
	server.bind = "127.0.0.1"
	server.port = $port
	server.http-parseopts = ( "header-strict" => "enable",
	    "host-strict" => "enable", "host-normalize" => "enable",
	    "url-normalize-unreserved" => "enable",
	    "url-normalize-required" => "enable",
	    "url-ctrls-reject" => "enable", "url-path-2f-decode" => "enable",
	    "url-path-dotseg-remove" => "enable" )
	index-file.names = ( "index.html" )
	url.access-deny = ( "~", ".inc" )
	include_shell "/usr/share/lighttpd/create-mime.conf.pl"
	include "$T/run/$1"
	server.modules += ( "mod_staticfile" )
	CONF
	[ -z "$ssl" ] || cat >> "$T/run/lighttpd.conf" <<-CONF
	server.modules += ( "mod_openssl" )
	ssl.engine = "enable"
	ssl.pemfile = "$site/cert.pem"
	ssl.privkey = "$site/key.pem"
	CONF
	begin lighttpd -D -f "$T/run/lighttpd.conf"
}

# nginx_run FILE
nginx_run() {
	{
		cat <<-CONF
		daemon off;
		worker_processes 2;
		pid $T/own/nginx.pid;
		error_log $T/log/nginx.log warn;
		events { worker_connections 256; }
		http {
			access_log off;
			include /etc/nginx/mime.types;
			client_body_temp_path $T/own/body;
			fastcgi_temp_path $T/own/fastcgi;
			proxy_temp_path $T/own/proxy;
			uwsgi_temp_path $T/own/uwsgi;
			scgi_temp_path $T/own/scgi;
		CONF
		[ -z "$ssl" ] || cat <<-CONF
			ssl_certificate $site/cert.pem;
			ssl_certificate_key $site/key.pem;
		CONF
		echo "include $T/run/$1;"
		echo "}"
	} > "$T/run/nginx.conf"
	begin nginx -p "$T/own" -c "$T/run/nginx.conf" -e "$T/log/nginx.log"
}
