taskset 2 sleep 0.1
