calls read 3000 &
calls open 500 &
wait
cat $TAPC/status
