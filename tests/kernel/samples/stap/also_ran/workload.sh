/bin/true
calls read 1
cat /proc/systemtap/$MODULE/__prometheus >/tmp/ran || exit 1
grep -E '^usage_count\{path="?.*calls"?\} 1$' /tmp/ran || { cat /tmp/ran; exit 1; }
