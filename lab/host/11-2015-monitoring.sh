# Monitoring of the hosting company, installed by its own people; we have had two others since.

want() { apt-get install -y -qq --no-install-recommends "$@"; }

want nagios-nrpe-server monitoring-plugins-basic
want zabbix-agent
want snmpd
