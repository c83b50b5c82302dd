cat /proc/systemtap/$MODULE/__prometheus
grep 'cpu_throttle_time{cpu="0"} 0' /proc/systemtap/$MODULE/__prometheus
