for i in $(seq 9); do grep -c processor /proc/version /proc/cpuinfo /proc/devices /proc/meminfo >/dev/null; done
for i in $(seq 5); do ls /sys/kernel >/dev/null; done
calls read 300
