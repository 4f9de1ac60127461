<?php
spl_autoload_register(function (string $class): void {
    if (str_starts_with($class, 'Chat\\')) {
        require __DIR__ . '/' . str_replace('\\', '/', substr($class, 5)) . '.php';
    }
});
