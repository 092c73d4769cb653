#!/bin/sh
# Before the files go. `upgrade` (deb) and 1 (rpm) mean that another version follows: then nothing stops for good.
set -e
case "${1:-}" in
    upgrade | 1) exit 0 ;;
esac
if [ -d /run/systemd/system ]; then
    systemctl disable --now laydown-agent.service laydown-agent-once.timer laydown-wire.socket || true
fi
