cd /proc/systemtap/$MODULE || exit 1
cat metadata.json
grep -q '"prefix": "net_xmit"' metadata.json || exit 1
grep -q '"name": "xmit_count", "pointer": "/xmit_count", "type": "integer", "description": "number of packets for xmit device", "units": "count"' metadata.json || exit 1
cat data.json
grep -q '{"net_xmit_data": \[{"__id": "lo", "xmit_count": 0, "xmit_latency": 0}\]}' data.json || exit 1
ip link set lo up
ping -c 3 127.0.0.1 >/dev/null
cat data.json
grep -E '"xmit_count": [1-9]' data.json
