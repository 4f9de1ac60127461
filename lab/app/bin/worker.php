#!/usr/bin/php
<?php
// Runs all the time: counts new messages and says so in the log.
declare(strict_types=1);

require __DIR__ . '/../src/autoload.php';

pcntl_async_signals(true);
pcntl_signal(SIGTERM, function (): void { exit(0); });
$store = Chat\Store::open(require __DIR__ . '/../config/database.php');
$pause = (int) (getenv('WORKER_PAUSE') ?: 5);
while (true) {
    $new = $store->fresh();
    if ($new > 0) {
        syslog(LOG_INFO, "$new new messages");
    }
    sleep($pause);
}
