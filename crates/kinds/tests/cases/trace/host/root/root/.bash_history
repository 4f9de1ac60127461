vi /etc/x
mysql -uroot -pnot-so-secret-8812
