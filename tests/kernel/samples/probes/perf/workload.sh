calls write 10
sh -c 'while :; do :; done' &
spinner=$!
sleep 1
calls write 10
kill $spinner
