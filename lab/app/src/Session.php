<?php
declare(strict_types=1);

namespace Chat;

/** Who is logged in, and the token that every form carries. */
final class Session
{
    public static function user(): ?string
    {
        self::start();
        return $_SESSION['user'] ?? null;
    }

    public static function open(string $user): void
    {
        self::start();
        session_regenerate_id(true);
        $_SESSION['user'] = $user;
    }

    public static function close(): void
    {
        self::start();
        session_destroy();
    }

    public static function token(): string
    {
        self::start();
        return $_SESSION['csrf'] ??= bin2hex(random_bytes(16));
    }

    public static function check(): void
    {
        if (!hash_equals(self::token(), (string) ($_POST['csrf'] ?? ''))) {
            throw new Refused('The form is too old, please try again.', 419);
        }
    }

    private static function start(): void
    {
        if (session_status() !== PHP_SESSION_ACTIVE) {
            session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax', 'name' => 'chat']);
        }
    }
}
