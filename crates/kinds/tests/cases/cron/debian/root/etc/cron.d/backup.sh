0 2 * * * root /usr/local/bin/backup
