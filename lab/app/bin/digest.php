#!/usr/bin/php
<?php
// Mails the number of messages to the moderators.
declare(strict_types=1);

require __DIR__ . '/../src/autoload.php';

$store = Chat\Store::open(require __DIR__ . '/../config/database.php');
mail('moderators', 'Chat digest', count($store->messages(200)) . " messages\n");
