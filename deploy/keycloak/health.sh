# Ends with 0 when Keycloak is ready. Its image has no curl and no grep, but bash can speak HTTP by itself.
exec 3<>"/dev/tcp/127.0.0.1/${KC_HTTP_MANAGEMENT_PORT:-9000}" || exit 1
printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3
read -r answer <&3
[[ $answer == *" 200 "* ]]
