calls getppid 4000 &
calls open 4000 &
wait
