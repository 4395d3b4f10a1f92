#!/bin/sh
# An alarm program for the robots of WeCom (企业微信), DingTalk (钉钉) and Feishu (飞书): duban writes one line to its
# standard input, and it posts that line. The address of the robot is a secret, so it stands in a file of mode 0600.
#
#   [alarm]
#   command = ["/usr/local/lib/duban/robot.sh", "/etc/duban/robot-url"]
set -eu
url=$(head -n 1 "${1:?the file with the address of the robot}")
IFS= read -r line || [ -n "$line" ]
# As a string of JSON: control characters out, backslashes and quotes escaped.
text=$(printf '%s' "$line" | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')
case $url in
*feishu.cn* | *larksuite.com*) body="{\"msg_type\":\"text\",\"content\":{\"text\":\"$text\"}}" ;;
*) body="{\"msgtype\":\"text\",\"text\":{\"content\":\"$text\"}}" ;;
esac
exec curl --silent --show-error --fail --max-time 20 --retry 3 --output /dev/null \
    --header 'Content-Type: application/json' --data "$body" "$url"
