# The move to the new data centre: things that had to be there at once, and still are.

cat >/usr/local/sbin/billing-stub.py <<'F'
#!/usr/bin/python3
# answers for the billing server that did not move with us
import http.server


class Billing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"open": 0}\n')

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", 8099), Billing).serve_forever()
F
chmod 755 /usr/local/sbin/billing-stub.py
cat >/etc/rc.local <<'F'
#!/bin/sh
# anna, 2021-11
ip addr add 10.99.0.3/32 dev lo 2>/dev/null
ip route add 10.98.0.0/16 via 10.57.0.1 2>/dev/null
iptables -C INPUT -p tcp --dport 8081 ! -s 10.57.0.0/16 -j DROP 2>/dev/null || iptables -A INPUT -p tcp --dport 8081 ! -s 10.57.0.0/16 -j DROP
setsid /usr/local/sbin/billing-stub.py </dev/null >/dev/null 2>&1 &
exit 0
F
chmod 755 /etc/rc.local
mkdir -p /srv/media /var/www/static/media
echo media >/srv/media/README
echo '/srv/media /var/www/static/media none bind 0 0' >>/etc/fstab
echo '/swapfile none swap sw 0 0' >>/etc/fstab
mkdir -p /etc/network/interfaces.d
cat >/etc/network/interfaces.d/eth0 <<'F'
auto eth0
iface eth0 inet static
    address 10.57.1.3/16
    gateway 10.57.0.1
F
# the company's own authority
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/O=Example/CN=Example Internal CA' \
    -keyout /root/example-ca.key -out /usr/local/share/ca-certificates/example-ca.crt 2>/dev/null
chmod 600 /root/example-ca.key
update-ca-certificates >/dev/null 2>&1
