<?php
declare(strict_types=1);

namespace Chat;

/** Mail through the host's sendmail. */
final class Mailer
{
    public function __construct(private array $env)
    {
    }

    public function invite(string $from, string $to): bool
    {
        $sender = $this->env['MAIL_FROM'] ?? 'chat@localhost';
        return mail($to, "$from invites you to the chat", "Please come to " . ($this->env['APP_URL'] ?? '') . "\n", "From: $sender\r\n");
    }
}
