echo >/tmp/by_value
touch -d @1234 /tmp/by_value
chown 77 /tmp/by_value
stat -c %u /tmp/by_value
