syscalls files
sleep 1.2
