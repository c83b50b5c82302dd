sleep 1 & sleep 1 & sleep 1 & sleep 1 &
wait
