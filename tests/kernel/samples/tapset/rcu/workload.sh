calls membarrier 3
# What was put off may be done a little later.
until grep -q 'hits=[1-9].* point=rcu.batch$' "$TAPC/status" && grep -q 'hits=[1-9].* point=rcu.batch.return$' "$TAPC/status"; do sleep 0.02; done
