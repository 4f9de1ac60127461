<?php
declare(strict_types=1);

namespace Chat;

/** Which page answers which request. */
final class App
{
    private ?Store $store = null;
    private array $env;

    public function __construct(private string $root)
    {
        $this->env = Env::read($root . '/.env');
    }

    public function answer(string $method, string $path): void
    {
        try {
            $this->route($method, rtrim($path, '/') ?: '/');
        } catch (Refused $e) {
            $this->page('error', ['status' => $e->getCode(), 'message' => $e->getMessage()], $e->getCode());
        } catch (\Throwable $e) {
            error_log('chat: ' . $e->getMessage());
            $this->page('error', ['status' => 500, 'message' => 'Something went wrong here.'], 500);
        }
    }

    private function route(string $method, string $path): void
    {
        switch ("$method $path") {
            case 'GET /healthz': $this->health(); return;
            case 'GET /login': $this->page('login', ['csrf' => Session::token()]); return;
            case 'POST /login': $this->login(); return;
            case 'POST /logout': Session::check(); Session::close(); $this->go('/login'); return;
            case 'GET /': $this->page('messages', ['user' => $this->user(), 'csrf' => Session::token(), 'messages' => $this->store()->messages(50)]); return;
            case 'POST /messages': $this->post(); return;
            case 'POST /upload': $this->upload(); return;
            case 'POST /invite': $this->invite(); return;
            case 'GET /api/messages': $this->json($this->store()->messages((int) ($_GET['limit'] ?? 20))); return;
            case 'GET /api/version': $this->json(['version' => trim((string) file_get_contents($this->root . '/VERSION'))]); return;
        }
        if ($method === 'GET' && preg_match('#^/files/([0-9a-f]{32}\.[a-z]{3,4})$#', $path, $m)) {
            $this->user();
            header('Content-Type:');
            header('X-Accel-Redirect: /protected/' . $m[1]);
            return;
        }
        throw new Refused('There is no such page.', 404);
    }

    private function health(): void
    {
        $checks = ['database' => $this->store()->works(), 'uploads' => is_writable($this->uploads())];
        http_response_code(in_array(false, $checks, true) ? 503 : 200);
        $this->json($checks);
    }

    private function login(): void
    {
        Session::check();
        $user = $this->store()->user((string) ($_POST['user'] ?? ''));
        if ($user === null || !password_verify((string) ($_POST['password'] ?? ''), $user['hash'])) {
            throw new Refused('Wrong name or password.', 403);
        }
        Session::open($user['name']);
        $this->go('/');
    }

    private function post(): void
    {
        Session::check();
        $text = trim((string) ($_POST['text'] ?? ''));
        if ($text === '' || mb_strlen($text) > 2000) {
            throw new Refused('A message has 1 to 2000 characters.', 422);
        }
        $this->store()->add($this->user(), $text);
        $this->go('/');
    }

    private function upload(): void
    {
        Session::check();
        $user = $this->user();
        $file = $_FILES['file'] ?? null;
        if ($file === null || $file['error'] !== UPLOAD_ERR_OK) {
            throw new Refused('The file did not arrive.', 422);
        }
        $ending = strtolower(pathinfo($file['name'], PATHINFO_EXTENSION));
        if (!in_array($ending, ['png', 'jpg', 'gif', 'txt', 'pdf'], true)) {
            throw new Refused('This type of file is not taken.', 415);
        }
        $name = bin2hex(random_bytes(16)) . '.' . $ending;
        move_uploaded_file($file['tmp_name'], $this->uploads() . '/' . $name);
        $this->store()->add($user, 'file: /files/' . $name);
        $this->go('/');
    }

    private function invite(): void
    {
        Session::check();
        $to = (string) ($_POST['to'] ?? '');
        if (!preg_match('/^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/', $to)) {
            throw new Refused('This is no mail address.', 422);
        }
        if (!(new Mailer($this->env))->invite($this->user(), $to)) {
            throw new Refused('The mail could not be sent.', 502);
        }
        $this->store()->add($this->user(), "invited $to");
        $this->go('/');
    }

    private function user(): string
    {
        $user = Session::user();
        if ($user === null) {
            if (str_contains($_SERVER['HTTP_ACCEPT'] ?? '', 'json')) {
                throw new Refused('Please log in.', 401);
            }
            $this->go('/login');
            exit;
        }
        return $user;
    }

    private function store(): Store
    {
        return $this->store ??= Store::open(require $this->root . '/config/database.php');
    }

    private function uploads(): string
    {
        return $this->root . '/public/uploads';
    }

    private function json(array $what): void
    {
        header('Content-Type: application/json');
        echo json_encode($what, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
    }

    private function page(string $template, array $with, int $status = 200): void
    {
        http_response_code($status);
        header('Content-Type: text/html; charset=utf-8');
        extract($with);
        require $this->root . "/templates/$template.php";
    }

    private function go(string $where): void
    {
        header('Location: ' . $where, true, 303);
    }
}
