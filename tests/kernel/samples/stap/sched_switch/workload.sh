calls getppid 10 >/dev/null; sleep 0.1
