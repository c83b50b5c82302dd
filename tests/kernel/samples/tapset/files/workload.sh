mkdir -p /tmp/one/two
echo hello >/tmp/one/two/data
head -c 5 /tmp/one/two/data >/dev/null
sleep 1
