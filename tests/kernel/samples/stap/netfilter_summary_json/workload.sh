ip link set lo up
ping -c 4 127.0.0.1 >/dev/null
cat /proc/systemtap/$MODULE/data.json
grep -E '"__id": " +127.0.0.1 --> +127.0.0.1", "packets": 8, "bytes": 672' /proc/systemtap/$MODULE/data.json
