# varnish.vcl - Varnish, with hitch for https, in front of the web server with
# the pages.  To be copied to /etc/varnish/default.vcl; see varnish.md.

vcl 4.1;

import proxy;

backend default {
	.host = "127.0.0.1";
	.port = "8080";
}

sub vcl_recv {
	if (!proxy.is_ssl()) {
		return (synth(301));
	}
	# overwritten: what the client wrote there is gone; client.ip is the
	# address that hitch has told
	set req.http.X-Forwarded-For = client.ip;
	set req.http.X-Forwarded-Proto = "https";
	unset req.http.Forwarded;
}

sub vcl_synth {
	if (resp.status == 301) {
		set resp.http.Location = "https://" + req.http.Host + req.url;
		return (deliver);
	}
}
