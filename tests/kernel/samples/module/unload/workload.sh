sleep 0.3
rmmod $MODULE 2>/dev/null || { echo stop >$TAPC/control; sleep 0.5; }
