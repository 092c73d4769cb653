#!/bin/sh
# After the files are there: the agent's user, and who may read its configuration. Nothing is enabled or started:
# an agent without agent.toml and enrolment has nothing to do.
set -e
if command -v systemd-sysusers >/dev/null 2>&1; then
    systemd-sysusers laydown.conf || true
fi
if ! getent passwd laydown >/dev/null 2>&1; then
    groupadd --system laydown 2>/dev/null || true
    useradd --system --gid laydown --home-dir /var/lib/laydown --no-create-home --shell /usr/sbin/nologin laydown
fi
mkdir -p /etc/laydown /var/lib/laydown
chown laydown:laydown /var/lib/laydown
chmod 0700 /var/lib/laydown
chgrp laydown /etc/laydown
chmod 0750 /etc/laydown
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload || true
    # An update while it runs: the new program takes over. Whoever has it enabled wants it running.
    systemctl try-restart laydown-agent.service || true
fi
