ip link set lo up
ping -c 2 127.0.0.1
