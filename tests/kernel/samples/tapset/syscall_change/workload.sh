syscalls files narrow
