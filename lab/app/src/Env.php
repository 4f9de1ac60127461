<?php
declare(strict_types=1);

namespace Chat;

/** Reads KEY=value lines of an .env file. */
final class Env
{
    public static function read(string $file): array
    {
        $all = [];
        foreach (@file($file, FILE_IGNORE_NEW_LINES) ?: [] as $line) {
            if (preg_match('/^([A-Z_]+)=(.*)$/', $line, $m)) {
                $all[$m[1]] = trim($m[2], '"');
            }
        }
        return $all;
    }
}
