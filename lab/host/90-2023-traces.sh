# What the years left of themselves: what people typed, what they did as root, who asked for which package.

here=$(dirname "$0")/traces
for who in root anna deploy; do
    home=/home/$who
    [ $who = root ] && home=/root
    install -m 600 -o $who -g $who "$here/$who.bash_history" $home/.bash_history
done
install -m 640 -o root -g adm "$here/auth.log" /var/log/auth.log

# The packages were installed once more in the week of the move to Debian 12; Anna typed, the monitoring's people came as root.
log=/var/log/apt/history.log
awk '/^Commandline:/ { print; if (!/nagios|zabbix|snmpd/) print "Requested-By: anna (1501)"; next } { print }' $log >$log.new
cat $log.new >$log
rm $log.new
sed -i -E 's/^(Start-Date: |End-Date: |Log started: |Log ended: )[0-9-]{10}/\12023-07-03/' $log /var/log/apt/term.log
sed -i -E 's/^[0-9]{4}-[0-9]{2}-[0-9]{2} /2023-07-03 /' /var/log/dpkg.log
