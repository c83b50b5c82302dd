echo hello >/tmp/read
md5sum /tmp/read
rm /tmp/read
