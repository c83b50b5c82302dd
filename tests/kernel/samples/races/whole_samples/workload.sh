calls getppid 5000 &
calls read 5000 &
wait
