#!/bin/sh
# Lets new instances of the group in only if `repot verify` and `repot e2e` hold there; one that does not pass is given
# up, which ends the instance refresh and rolls it back. Run it beside `terraform apply`, until the refresh has ended:
#   rollout/gate GROUP ROLE [USER]
# Made by `repot generate rollout`; what you edit stays.
set -eu
group=$1 role=$2 user=${3:-admin}
hook=repot-gate
until_=$(($(date +%s) + ${GATE_SECONDS:-7200}))

waiting() {
    aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names "$group" --output text \
        --query "AutoScalingGroups[0].Instances[?LifecycleState=='Pending:Wait'].InstanceId"
}

answer() { # INSTANCE CONTINUE|ABANDON
    aws autoscaling complete-lifecycle-action --auto-scaling-group-name "$group" --lifecycle-hook-name "$hook" \
        --instance-id "$1" --lifecycle-action-result "$2"
}

passes() { # INSTANCE
    address=$(aws ec2 describe-instances --instance-ids "$1" --output text \
        --query 'Reservations[0].Instances[0].PrivateIpAddress')
    for tried in 1 2 3 4 5 6 7 8 9 10; do
        ssh -o BatchMode=yes -o ConnectTimeout=10 -o StrictHostKeyChecking=accept-new "$user@$address" true && break
        [ "$tried" -lt 10 ] || return 1
        sleep 15
    done
    repot verify "ssh:$user@$address" --sudo --role "$role" --remove-agent &&
        repot e2e "ssh:$user@$address" --sudo
}

state() {
    aws autoscaling describe-instance-refreshes --auto-scaling-group-name "$group" --max-records 1 --output text \
        --query 'InstanceRefreshes[0].Status'
}

while [ "$(date +%s)" -lt "$until_" ]; do
    for instance in $(waiting); do
        # What is put back was let in before, and a spec that is newer than it is no reason to have nothing.
        if case $(state) in Rollback*) true ;; *) false ;; esac; then
            echo "$instance: put back"
            answer "$instance" CONTINUE
        elif passes "$instance"; then
            echo "$instance: passed"
            answer "$instance" CONTINUE
        else
            echo "$instance: did not pass; it is given up" >&2
            answer "$instance" ABANDON
        fi
    done
    case $(state) in
    Successful) exit 0 ;;
    Failed | Cancelled | RollbackFailed | RollbackSuccessful)
        echo "the rollout ended with $(state)" >&2
        exit 1
        ;;
    esac
    sleep 15
done
echo "the rollout did not end in time" >&2
exit 1
