<?php
declare(strict_types=1);

namespace Chat;

use PDO;

/** Users and messages in SQLite. */
final class Store
{
    private function __construct(private PDO $db)
    {
    }

    public static function open(array $config): self
    {
        $db = new PDO($config['dsn'], $config['username'], $config['password'], [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC]);
        $db->exec('PRAGMA busy_timeout = 5000');
        $db->exec('CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, hash TEXT NOT NULL)');
        $db->exec('CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, user TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)');
        $db->exec('CREATE TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY)');
        return new self($db);
    }

    public function works(): bool
    {
        return $this->db->query('SELECT 1')->fetchColumn() == 1;
    }

    public function user(string $name): ?array
    {
        $ask = $this->db->prepare('SELECT name, hash FROM users WHERE name = ?');
        $ask->execute([$name]);
        return $ask->fetch() ?: null;
    }

    public function addUser(string $name, string $password): void
    {
        $this->db->prepare('INSERT OR REPLACE INTO users VALUES (?, ?)')->execute([$name, password_hash($password, PASSWORD_BCRYPT)]);
    }

    public function add(string $user, string $text): void
    {
        $this->db->prepare('INSERT INTO messages (user, text) VALUES (?, ?)')->execute([$user, $text]);
    }

    public function messages(int $limit): array
    {
        $ask = $this->db->prepare('SELECT id, user, text, at FROM messages ORDER BY id DESC LIMIT ?');
        $ask->bindValue(1, max(1, min($limit, 200)), PDO::PARAM_INT);
        $ask->execute();
        return $ask->fetchAll();
    }

    /** Messages nobody counted yet; they count as seen from now on. */
    public function fresh(): int
    {
        $new = (int) $this->db->query('SELECT count(*) FROM messages WHERE id NOT IN (SELECT id FROM seen)')->fetchColumn();
        if ($new > 0) {
            $this->db->exec('INSERT OR IGNORE INTO seen SELECT id FROM messages');
        }
        return $new;
    }
}
