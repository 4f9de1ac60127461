# Settings of three monitoring systems, each by somebody else, none of them written down.

sed -i -e 's/^allowed_hosts=.*/allowed_hosts=127.0.0.1,10.57.0.1/' -e 's/^dont_blame_nrpe=.*/dont_blame_nrpe=0/' /etc/nagios/nrpe.cfg
cat >/etc/nagios/nrpe.d/chat.cfg <<'F'
command[check_chat]=/usr/local/lib/nagios/plugins/check_chat
command[check_load]=/usr/lib/nagios/plugins/check_load -w 8,6,4 -c 16,12,8
command[check_db]=/usr/lib/nagios/plugins/check_tcp -H db.example.test -p 3306
F
mkdir -p /usr/local/lib/nagios/plugins
cat >/usr/local/lib/nagios/plugins/check_chat <<'F'
#!/bin/sh
# exits as nagios wants it
curl -fsS -H 'Host: chat.example.test' http://127.0.0.1/healthz >/dev/null && echo OK && exit 0
echo CRITICAL
exit 2
F
chmod 755 /usr/local/lib/nagios/plugins/check_chat

sed -i -e 's/^Server=.*/Server=10.57.0.1/' -e 's/^ServerActive=.*/# ServerActive=/' -e 's/^Hostname=.*/Hostname=web-03/' /etc/zabbix/zabbix_agentd.conf
echo fa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4e >/etc/zabbix/agent.psk
chown root:zabbix /etc/zabbix/agent.psk
chmod 640 /etc/zabbix/agent.psk
mkdir -p /etc/zabbix/zabbix_agentd.conf.d
cat >/etc/zabbix/zabbix_agentd.conf.d/chat.conf <<'F'
TLSAccept=psk,unencrypted
TLSPSKIdentity=web-03
TLSPSKFile=/etc/zabbix/agent.psk
UserParameter=chat.uploads,find /var/www/chat/shared/uploads -type f | wc -l
F

cat >/etc/snmp/snmpd.conf <<'F'
agentaddress udp:127.0.0.1:161
rocommunity fake-snmp-comm-ro-1 127.0.0.1
sysLocation rack 7
sysContact ops@example.test
F
chmod 600 /etc/snmp/snmpd.conf

mkdir -p /etc/newrelic /etc/datadog-agent
cat >/etc/newrelic/newrelic.cfg <<'F'
[newrelic]
license = "fake1111nr11license11111111111111111FFFF"
app_name = "Chat"
F
cat >/etc/datadog-agent/datadog.yaml <<'F'
api_key: fadedadabad0fadedadabad0fadedada
site: datadoghq.eu
logs_enabled: true
F
chmod 640 /etc/datadog-agent/datadog.yaml
